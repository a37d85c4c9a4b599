package io.authsessions.service;

import io.authsessions.model.SessionPolicy;
import io.authsessions.store.SessionStore;
import io.authsessions.store.SessionStoreProvider;
import io.authsessions.store.local.LocalSessionStoreProvider;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A local store in front of which a test can put anything: delays, failures, silence, broken promises. */
public final class ControlledStore {
    /** What is done with the answer of each call; the method's name is given. */
    public interface Behaviour {
        Object answer(String method, java.util.function.Supplier<Object> real);
    }

    private final SessionStore store;
    private volatile Behaviour behaviour = (method, real) -> real.get();
    public final AtomicInteger calls = new AtomicInteger();
    public final ConcurrentLinkedQueue<String> called = new ConcurrentLinkedQueue<>();

    public ControlledStore(Vertx vertx, SessionPolicy policy, InstantSource clock) {
        this(new LocalSessionStoreProvider().create(vertx, policy, clock, new JsonObject()));
    }

    public ControlledStore(SessionStore real) {
        this.store = (SessionStore) Proxy.newProxyInstance(
                SessionStore.class.getClassLoader(), new Class<?>[] {SessionStore.class}, (proxy, method, args) -> {
                    if (!Future.class.equals(method.getReturnType())
                            || method.getName().matches("open|close|sweep")) {
                        return invoke(real, method, args);
                    }
                    calls.incrementAndGet();
                    called.add(method.getName());
                    return behaviour.answer(method.getName(), () -> invoke(real, method, args));
                });
    }

    public SessionStore store() {
        return store;
    }

    public void behave(Behaviour value) {
        behaviour = value;
    }

    /** Each answer comes when the given future completes. */
    public void answerAfter(Future<?> gate) {
        behave((method, real) -> gate.compose(opened -> (Future<?>) real.get()));
    }

    public void heal() {
        behave((method, real) -> real.get());
    }

    private static Object invoke(SessionStore real, Method method, Object[] args) {
        try {
            return method.invoke(real, args);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Brings a controlled store into a deployed verticle: {@code store.type} = controlled. One at a time. */
    public static final class Provider implements SessionStoreProvider {
        /** Makes the store that calls go to. */
        public interface Making {
            SessionStore make(Vertx vertx, SessionPolicy policy, InstantSource clock);
        }

        private static volatile Making making = Provider::local;

        public static void wrap(UnaryOperator<SessionStore> value) {
            making = (vertx, policy, clock) -> value.apply(local(vertx, policy, clock));
        }

        /** Puts another store there than the local one. */
        public static void make(Making value) {
            making = value;
        }

        public static SessionStore local(Vertx vertx, SessionPolicy policy, InstantSource clock) {
            return new LocalSessionStoreProvider().create(vertx, policy, clock, new JsonObject());
        }

        @Override
        public String type() {
            return "controlled";
        }

        @Override
        public boolean shared() {
            return false;
        }

        @Override
        public SessionStore create(Vertx vertx, SessionPolicy policy, InstantSource clock, JsonObject config) {
            return making.make(vertx, policy, clock);
        }
    }
}

package io.authsessions.service;

import io.vertx.core.Future;
import io.vertx.serviceproxy.ServiceException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A service of another make, which may throw, give no future, or fail with anything: all of it is told as a failure of
 * ours. The generated handler would send callers the text of what was thrown. Thread-safe as that service.
 */
final class ForeignService implements InvocationHandler {
    private static final System.Logger LOG = System.getLogger(ForeignService.class.getName());

    private final AuthSessionService service;

    private ForeignService(AuthSessionService service) {
        this.service = service;
    }

    /** That service, fit to stand behind the generated handler. */
    static AuthSessionService madeSafe(AuthSessionService service) {
        if (service instanceof StoreSessionService) {
            return service;
        }
        return (AuthSessionService) Proxy.newProxyInstance(
                AuthSessionService.class.getClassLoader(),
                new Class<?>[] {AuthSessionService.class},
                new ForeignService(service));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return method.invoke(service, args);
        }
        try {
            Future<?> answer = (Future<?>) Objects.requireNonNull(method.invoke(service, args), "answer");
            return answer.recover(failure -> Future.failedFuture(told(failure)));
        } catch (InvocationTargetException e) {
            return Future.failedFuture(told(Objects.requireNonNullElse(e.getCause(), e)));
        } catch (Throwable e) {
            return Future.failedFuture(told(e));
        }
    }

    /** What callers hear of a failure. One that was not made for callers is logged, if it is a fault. */
    static Throwable told(Throwable failure) {
        if (!(failure instanceof ServiceException) && Failures.isFault(failure)) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "a session service failed by a fault of its own",
                    RedactedFailure.of(failure));
        }
        return Failures.from(failure);
    }
}

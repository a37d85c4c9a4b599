package io.authsessions.store.redis;

import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** What lies between a server and its Redis, for tests of what callers see when it goes wrong. */
public final class BadWire implements AutoCloseable {
    private final TcpProxy proxy;

    private BadWire(TcpProxy proxy) {
        this.proxy = proxy;
    }

    /** One that is good at first. */
    public static BadWire to(LinkRedis redis) {
        return new BadWire(TcpProxy.to(redis.port()));
    }

    public String uri() {
        return proxy.uri();
    }

    /** Answers every command of that name itself; the command does not reach Redis. */
    public void answer(String command, String answer) {
        proxy.answer(request -> isOf(request, command) ? answer : null);
    }

    /** Answers the next command of that name with half an answer, and cuts all connections. */
    public void breakOff(String command, String half) {
        AtomicBoolean done = new AtomicBoolean();
        proxy.answer(request -> {
            if (!isOf(request, command) || !done.compareAndSet(false, true)) {
                return null;
            }
            CompletableFuture.runAsync(proxy::cutOnce);
            return half;
        });
    }

    /** Leads new connections to another server; those there are stay where they are. */
    public void lead(LinkRedis other) {
        proxy.target(other.port());
    }

    /** Lets everything through again. */
    public void pass() {
        proxy.pass();
    }

    @Override
    public void close() {
        proxy.close();
    }

    private static boolean isOf(String request, String command) {
        return request.toUpperCase(Locale.ROOT).contains("\r\n" + command + "\r\n");
    }
}

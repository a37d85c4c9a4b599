package io.authsessions.web;

import java.util.List;

/** The handler alone, over a service that refuses to do anything but resolve. */
record FakeTarget(FakeSessionService service, String token, WebServer server) implements CorpusTarget {
    @Override
    public int port() {
        return server.port();
    }

    @Override
    public String path() {
        return "/me";
    }

    @Override
    public String postPath() {
        return "/me";
    }

    @Override
    public String endedToken() {
        return service.endedToken("signed_out");
    }

    @Override
    public List<String> calls() {
        return service.calls().stream().map(options -> "resolve").toList();
    }

    @Override
    public void forget() {
        service.calls().clear();
    }

    @Override
    public void assertNothingWritten() {
        // The service fails on everything that writes.
    }
}

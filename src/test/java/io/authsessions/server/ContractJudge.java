package io.authsessions.server;

import io.authsessions.server.Contract.Operation;
import io.authsessions.server.TestServer.Reply;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Holds each answer that a test server gives against the contract: status, headers, body, and the request if taken. */
final class ContractJudge {
    private static final Contract CONTRACT = Contract.read();
    /** What any path may answer, as the head of the contract says. */
    private static final Set<Integer> ANYWHERE = Set.of(400, 405, 414, 431, 503);

    private static final Set<Integer> NO_PLACE = Set.of(400, 404, 414, 431, 503);
    private static final Map<String, Boolean> LISTENERS = new ConcurrentHashMap<>();
    private static final Map<String, Pattern> PATHS = new ConcurrentHashMap<>();

    private ContractJudge() {}

    /** Judges from now on what is answered there. */
    static void watch(String uri, boolean admin) {
        LISTENERS.put(URI.create(uri).getAuthority(), admin);
    }

    /**
     * Judges an answer.
     *
     * @param target the path and the query
     * @param mediaType of the request's body, or empty
     */
    static void judge(String base, String method, String target, String mediaType, String body, Reply reply) {
        Boolean admin = LISTENERS.get(URI.create(base).getAuthority());
        String path = target.replaceAll("[?#].*", "");
        boolean isPreflight = !reply.header("Access-Control-Allow-Methods").isEmpty();
        if (admin == null || isPreflight || !target.startsWith("/") || !path.equals(normal(path))) {
            return;
        }
        List<Operation> place = CONTRACT.operations().stream()
                .filter(each -> each.tag().equals("both") || each.tag().equals("admin") == admin)
                .filter(each -> pattern(each.path()).matcher(path).matches())
                .toList();
        String mistakes = mistakes(place, method, mediaType, body, reply);
        if (!mistakes.isEmpty()) {
            throw new AssertionError(method + " " + target + " breaks the contract: " + mistakes + "\n" + reply);
        }
    }

    private static String mistakes(List<Operation> place, String method, String mediaType, String body, Reply reply) {
        String status = Integer.toString(reply.status());
        Operation operation = find(place, method);
        if (operation == null || !operation.statuses().contains(status)) {
            Set<Integer> known = place.isEmpty() ? NO_PLACE : ANYWHERE;
            return known.contains(reply.status())
                    ? problem(method, reply)
                    : "status " + status + " is not in the contract";
        }
        String mistakes = CONTRACT.mistakes(operation, status, reply.headers());
        if (!method.equals("HEAD")) {
            mistakes += CONTRACT.mistakes(operation, status, reply.header("Content-Type"), reply.body());
        }
        return reply.status() < 300 && !body.isEmpty()
                ? mistakes + CONTRACT.mistakes(operation, mediaType, body)
                : mistakes;
    }

    private static String problem(String method, Reply reply) {
        return method.equals("HEAD") || reply.body().isEmpty() ? "" : CONTRACT.mistakesOfProblem(reply.body());
    }

    /** HEAD goes wherever GET does, and at forward-auth everything. */
    private static Operation find(List<Operation> place, String method) {
        return place.stream()
                .filter(each -> each.method().equals(method))
                .findFirst()
                .or(() -> place.stream()
                        .filter(each -> method.equals("HEAD") || each.path().startsWith("/v1/verify"))
                        .filter(each -> each.method().equals("GET"))
                        .findFirst())
                .orElse(null);
    }

    private static Pattern pattern(String path) {
        return PATHS.computeIfAbsent(
                path, text -> Pattern.compile(text.replace("{rest}", ".*").replaceAll("\\{\\w+}", "[^/]+")));
    }

    /** Paths that the router reads as another one are not looked up here. */
    private static String normal(String path) {
        return path.contains("//") || path.matches(".*/\\.{1,2}(/.*)?") || path.matches("(?i).*%(2e|[4-7].).*")
                ? ""
                : path;
    }
}

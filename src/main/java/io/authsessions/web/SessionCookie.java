package io.authsessions.web;

import io.authsessions.model.SessionToken;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The cookie that carries a session's token in a browser: {@code __Host-session=<token>; Path=/; Secure; HttpOnly;
 * SameSite=Lax}. Scripts cannot read it, no other host can set it, and pages of other sites send it only where a link
 * leads here. It lasts as long as the browser runs, unless the person asked to be remembered
 * ({@link AuthSessionHandler#remember()}).
 *
 * <p>Names begin with {@code __Host-} (Path=/, no Domain) or {@code __Secure-}, which permits both; SameSite is Lax or
 * Strict, never None; Secure and HttpOnly cannot be taken away. Immutable and thread-safe: each setting gives another
 * cookie, and throws {@link IllegalArgumentException} if the name's prefix forbids it.
 */
public final class SessionCookie {
    /** The name unless configured otherwise. */
    public static final String DEFAULT_NAME = "__Host-session";
    /** The name of the {@link #development() cookie for development}. */
    public static final String DEVELOPMENT_NAME = "session-dev";

    private static final String HOST_PREFIX = "__Host-";
    private static final String SECURE_PREFIX = "__Secure-";
    /** What every browser keeps (RFC 6265, 6.1). */
    private static final int MAX_BYTES = 4096;
    /** Longer than any lifetime that a policy permits. */
    private static final long LONGEST_SECONDS = 9_999_999_999L;

    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern PATH = Pattern.compile("/[!-:<-~]*");
    private static final Pattern DOMAIN =
            Pattern.compile("[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+");

    /** Which requests that begin on pages of other sites the browser sends the cookie with. */
    public enum SameSite {
        /** Only with a link or the like that leads here. */
        LAX("Lax"),
        /** With none. */
        STRICT("Strict");

        private final String attribute;

        SameSite(String attribute) {
            this.attribute = attribute;
        }
    }

    private final String name;
    private final SameSite sameSite;
    private final String path;
    private final @Nullable String domain;
    private final boolean forDevelopment;
    private final String attributes;

    private SessionCookie(
            String name, SameSite sameSite, String path, @Nullable String domain, boolean forDevelopment) {
        this.name = name;
        this.sameSite = sameSite;
        this.path = path;
        this.domain = domain;
        this.forDevelopment = forDevelopment;
        this.attributes = "; Path=" + path
                + (domain == null ? "" : "; Domain=" + domain)
                + (forDevelopment ? "" : "; Secure")
                + "; HttpOnly; SameSite=" + sameSite.attribute;
        check();
    }

    /** The cookie as described above. */
    public static SessionCookie create() {
        return new SessionCookie(DEFAULT_NAME, SameSite.LAX, "/", null, false);
    }

    /**
     * The cookie {@code session-dev} without Secure, for plain HTTP while an application is written. A request that
     * came in anywhere but on loopback is answered with 500 where this would be read or set.
     */
    public static SessionCookie development() {
        return new SessionCookie(DEVELOPMENT_NAME, SameSite.LAX, "/", null, true);
    }

    /** This with another name; it begins with {@code __Host-} or {@code __Secure-}. */
    public SessionCookie named(String value) {
        return new SessionCookie(value, sameSite, path, domain, forDevelopment);
    }

    /** This with another rule for requests from other sites. */
    public SessionCookie sameSite(SameSite value) {
        return new SessionCookie(name, value, path, domain, forDevelopment);
    }

    /** This for paths that begin with that one; not with a {@code __Host-} name. */
    public SessionCookie path(String value) {
        return new SessionCookie(name, sameSite, value, domain, forDevelopment);
    }

    /** This for all hosts of that domain, which all can read and replace it; not with a {@code __Host-} name. */
    public SessionCookie domain(String value) {
        return new SessionCookie(name, sameSite, path, value, forDevelopment);
    }

    /** The name. */
    public String name() {
        return name;
    }

    private void check() {
        require(NAME.matcher(name).matches(), "the name of a cookie is made of letters, digits and !#$%&'*+-.^_`|~");
        require(PATH.matcher(path).matches(), "the path of a cookie begins with / and is visible ASCII without ;");
        require(domain == null || DOMAIN.matcher(domain).matches(), "the domain of a cookie is a name in lower case");
        if (forDevelopment) {
            require(name.equals(DEVELOPMENT_NAME), "the cookie for development has one name");
        } else if (name.startsWith(HOST_PREFIX)) {
            require(name.length() > HOST_PREFIX.length(), "the name of a cookie is more than a prefix");
            require(path.equals("/") && domain == null, "a cookie named __Host- has the path / and no domain");
        } else {
            boolean isNamed = name.startsWith(SECURE_PREFIX) && name.length() > SECURE_PREFIX.length();
            require(isNamed, "the name of the cookie begins with __Host- or __Secure-");
        }
        int longest = (name + "=" + attributes + maxAge(LONGEST_SECONDS)).length() + SessionToken.LENGTH;
        require(longest <= MAX_BYTES, "a cookie has at most " + MAX_BYTES + " bytes with all its attributes");
    }

    private static void require(boolean isSo, String rule) {
        if (!isSo) {
            throw new IllegalArgumentException(rule);
        }
    }

    private static String maxAge(long seconds) {
        return "; Max-Age=" + seconds;
    }

    /** What the Cookie headers of a request say, as the browser sent it: values are not unquoted and not decoded. */
    Credentials read(MultiMap headers) {
        List<String> lines = headers.getAll(HttpHeaders.COOKIE);
        String found = null;
        for (String line : lines) {
            int start = 0;
            while (start < line.length()) {
                int semicolon = line.indexOf(';', start);
                int end = semicolon < 0 ? line.length() : semicolon;
                int from = skipBlanks(line, start, end);
                if (isOurs(line, from, end)) {
                    if (found != null) {
                        return Credentials.REPEATED_COOKIE;
                    }
                    found = trimmed(line, from + name.length() + 1, end);
                }
                start = end + 1;
            }
        }
        return found == null ? Credentials.NONE : new Credentials.Cookie(found);
    }

    private boolean isOurs(String line, int from, int end) {
        int equals = from + name.length();
        return equals < end && line.startsWith(name, from) && line.charAt(equals) == '=';
    }

    private static int skipBlanks(String line, int start, int end) {
        int i = start;
        while (i < end && isBlank(line.charAt(i))) {
            i++;
        }
        return i;
    }

    private static String trimmed(String line, int start, int end) {
        int from = skipBlanks(line, start, end);
        int to = end;
        while (to > from && isBlank(line.charAt(to - 1))) {
            to--;
        }
        return line.substring(from, to);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /** The value that a request presents in this cookie, or null if there is none or more than one. */
    public @Nullable String valueIn(MultiMap headers) {
        return read(headers) instanceof Credentials.Cookie one ? one.value() : null;
    }

    /** Whether this may be read and set on that connection. */
    boolean isPermittedOn(HttpServerRequest request) {
        return !forDevelopment || NetAddress.isLoopback(request.localAddress());
    }

    /** The value of Set-Cookie that hands the token to a browser until that is closed. */
    String handingOut(SessionToken token) {
        return name + "=" + token.reveal() + attributes;
    }

    /** The value of Set-Cookie that hands the token to a browser for that long. */
    String handingOut(SessionToken token, long seconds) {
        return handingOut(token) + maxAge(Math.min(seconds, LONGEST_SECONDS));
    }

    /** The value of Set-Cookie that makes a browser forget it. */
    String clearing() {
        return name + "=" + attributes + maxAge(0);
    }

    /** Puts the one Set-Cookie of ours on an answer; those of others stay. */
    void putOn(HttpServerResponse response, String setCookie) {
        MultiMap headers = response.headers();
        List<String> others = headers.getAll(HttpHeaders.SET_COOKIE).stream()
                .filter(value -> !value.startsWith(name + "="))
                .toList();
        headers.remove(HttpHeaders.SET_COOKIE);
        others.forEach(value -> headers.add(HttpHeaders.SET_COOKIE, value));
        headers.add(HttpHeaders.SET_COOKIE, setCookie);
    }

    @Override
    public String toString() {
        return name + attributes;
    }
}

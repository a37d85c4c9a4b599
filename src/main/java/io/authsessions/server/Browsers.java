package io.authsessions.server;

import io.authsessions.web.CrossSiteGuard;
import io.authsessions.web.SessionCookie;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/**
 * How browsers are served.
 *
 * @param cookie the cookie that is taken and cleared
 * @param origins the pages that may act with it; empty for the listener's own
 * @param corsOrigins the pages of other origins that may read
 * @param secureOnly whether they are told to come by HTTPS only
 */
record Browsers(SessionCookie cookie, List<String> origins, List<String> corsOrigins, boolean secureOnly) {
    /** Reads the keys {@code cookie}, {@code web} and {@code http.hsts}, whose values are all of their types. */
    static Browsers of(JsonObject root) {
        JsonObject cookie = root.getJsonObject("cookie");
        JsonObject web = root.getJsonObject("web");
        String sameSite = cookie.getString("sameSite").toUpperCase(Locale.ROOT);
        SessionCookie kind = cookie.getBoolean("development")
                ? SessionCookie.development()
                : SessionCookie.create().named(cookie.getString("name"));
        return new Browsers(
                kind.sameSite(SessionCookie.SameSite.valueOf(sameSite)),
                ServerConfig.texts(web.getJsonArray("origins")),
                ServerConfig.texts(web.getJsonArray("corsOrigins")),
                root.getJsonObject("http").getBoolean("hsts"));
    }

    CrossSiteGuard guard() {
        return origins.isEmpty() ? CrossSiteGuard.create() : CrossSiteGuard.create(origins);
    }
}

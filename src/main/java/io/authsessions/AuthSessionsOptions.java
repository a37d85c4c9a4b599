package io.authsessions;

import io.authsessions.model.Durations;
import io.authsessions.model.JsonFields;
import io.authsessions.model.SessionPolicy;
import io.authsessions.service.AuthSessionService;
import io.authsessions.service.CacheOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/**
 * How sessions are kept and offered. Immutable.
 *
 * @param policy the rules by which sessions live and end
 * @param storeType which store: {@code local}, {@code redis}, or the type of a
 *     {@link io.authsessions.store.SessionStoreProvider} of your own
 * @param storeConfig what that store is told; copied
 * @param address where the service listens on the event bus; its events are published at the address + {@code .events}
 * @param deadline within which each call ends; 10 ms to 60 s
 * @param drain how long calls under way may go on when the service ends; 0 to 60 s
 * @param sweepInterval how often expired sessions are looked for; 10 ms to 1 h
 * @param cache how resolves are answered from memory
 */
public record AuthSessionsOptions(
        SessionPolicy policy,
        String storeType,
        JsonObject storeConfig,
        String address,
        Duration deadline,
        Duration drain,
        Duration sweepInterval,
        CacheOptions cache) {
    private static final AuthSessionsOptions DEFAULTS = new AuthSessionsOptions(
            SessionPolicy.DEFAULT,
            "local",
            new JsonObject(),
            AuthSessionService.ADDRESS,
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            Duration.ofSeconds(1),
            CacheOptions.DEFAULT);

    private static final Set<String> BUILT_IN = Set.of("local", "redis");

    /** Copies what can be changed. */
    public AuthSessionsOptions {
        storeConfig = storeConfig.copy();
    }

    /** The local store, the default policy, the default address. */
    public static AuthSessionsOptions defaults() {
        return DEFAULTS;
    }

    @Override
    public JsonObject storeConfig() {
        return storeConfig.copy();
    }

    /** Where the events are published. */
    public String eventsAddress() {
        return address + ".events";
    }

    /** These with other rules. */
    public AuthSessionsOptions withPolicy(SessionPolicy value) {
        return new AuthSessionsOptions(value, storeType, storeConfig, address, deadline, drain, sweepInterval, cache);
    }

    /** These with another store. */
    public AuthSessionsOptions withStore(String type, JsonObject config) {
        return new AuthSessionsOptions(policy, type, config, address, deadline, drain, sweepInterval, cache);
    }

    /** These at another address. */
    public AuthSessionsOptions withAddress(String value) {
        return new AuthSessionsOptions(policy, storeType, storeConfig, value, deadline, drain, sweepInterval, cache);
    }

    /** These with another deadline for each call. */
    public AuthSessionsOptions withDeadline(Duration value) {
        return new AuthSessionsOptions(policy, storeType, storeConfig, address, value, drain, sweepInterval, cache);
    }

    /** These with another time for calls under way at the end. */
    public AuthSessionsOptions withDrain(Duration value) {
        return new AuthSessionsOptions(policy, storeType, storeConfig, address, deadline, value, sweepInterval, cache);
    }

    /** These with another pace of the sweeper. */
    public AuthSessionsOptions withSweepInterval(Duration value) {
        return new AuthSessionsOptions(policy, storeType, storeConfig, address, deadline, drain, value, cache);
    }

    /** These with other answers from memory. */
    public AuthSessionsOptions withCache(CacheOptions value) {
        return new AuthSessionsOptions(policy, storeType, storeConfig, address, deadline, drain, sweepInterval, value);
    }

    /**
     * Reads {@code {policy: {…}, store: {type, local: {…}, …}, cache: {enabled, size, lease}, service: {address, deadline,
     * drain, sweepInterval}}}; what is absent has its default.
     *
     * @throws io.authsessions.model.InvalidRequestException with every mistake
     */
    public static AuthSessionsOptions fromJson(JsonObject json) {
        JsonFields fields = JsonFields.of(json);
        AuthSessionsOptions options = read(fields);
        fields.refuseOthers().finish();
        return options;
    }

    /** Reads these four as part of a larger configuration; mistakes are reported with that one's. */
    public static AuthSessionsOptions read(JsonFields root) {
        AuthSessionsOptions options = DEFAULTS;
        JsonFields policy = root.fields("policy");
        if (policy != null) {
            options = options.withPolicy(SessionPolicy.read(policy));
        }
        JsonFields store = root.fields("store");
        if (store != null) {
            options = readStore(options, store);
        }
        JsonFields cache = root.fields("cache");
        if (cache != null) {
            options = options.withCache(readCache(cache));
        }
        JsonFields service = root.fields("service");
        return service == null ? options : readService(options, service);
    }

    /**
     * A file may describe several stores of which one is chosen, so the sections of the others are read over, also of
     * one whose library is missing.
     */
    private static AuthSessionsOptions readStore(AuthSessionsOptions options, JsonFields store) {
        String type = store.string("type");
        String chosen = type == null ? options.storeType() : type;
        JsonObject config = new JsonObject();
        Set<String> sections = new TreeSet<>(StoreProviders.types());
        sections.addAll(BUILT_IN);
        for (String known : sections) {
            JsonObject section = store.object(known);
            if (section != null && known.equals(chosen)) {
                config = section;
            }
        }
        store.refuseOthers();
        return options.withStore(chosen, config);
    }

    private static CacheOptions readCache(JsonFields cache) {
        CacheOptions otherwise = CacheOptions.DEFAULT;
        Boolean enabled = cache.truth("enabled");
        long size = cache.integerOr("size", CacheOptions.MIN_SIZE, CacheOptions.MAX_SIZE, otherwise.size());
        Duration lease =
                Durations.read(cache, "lease", CacheOptions.MIN_LEASE, CacheOptions.MAX_LEASE, otherwise.lease());
        cache.refuseOthers();
        return new CacheOptions(enabled, Math.toIntExact(size), lease);
    }

    /** Tells nothing of the store's configuration, which may hold a password. */
    @Override
    public String toString() {
        return "AuthSessionsOptions[policy=" + policy + ", storeType=" + storeType
                + ", storeConfig=[redacted], address=" + address + ", deadline=" + deadline + ", drain=" + drain
                + ", sweepInterval=" + sweepInterval + ", cache=" + cache + "]";
    }

    private static AuthSessionsOptions readService(AuthSessionsOptions options, JsonFields service) {
        String address = service.string("address");
        Duration minute = Duration.ofMinutes(1);
        Duration moment = Duration.ofMillis(10);
        AuthSessionsOptions read = options.withDeadline(
                        Durations.read(service, "deadline", moment, minute, options.deadline()))
                .withDrain(Durations.read(service, "drain", Duration.ZERO, minute, options.drain()))
                .withSweepInterval(
                        Durations.read(service, "sweepInterval", moment, Duration.ofHours(1), options.sweepInterval()));
        if (address != null && address.isBlank()) {
            service.error("address", "must not be blank");
        }
        service.refuseOthers();
        return address == null ? read : read.withAddress(address);
    }
}

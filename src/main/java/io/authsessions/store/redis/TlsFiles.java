package io.authsessions.store.redis;

import io.authsessions.model.JsonFields;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The PEM files that a TLS connection needs beyond what Java has.
 *
 * @param trust with the certificates of those who may sign the server's; null for those that Java trusts
 * @param certificate of the client, with those between it and its root; null where the server asks for none
 * @param key of that certificate, in PKCS#8; null where there is none
 */
record TlsFiles(
        @Nullable String trust,
        @Nullable String certificate,
        @Nullable String key) {
    static final TlsFiles NONE = new TlsFiles(null, null, null);

    /** Reads the object in a field, and notes what cannot be. */
    static TlsFiles read(JsonFields parent, boolean encrypted) {
        JsonFields fields = parent.fields("tls");
        if (fields == null) {
            return NONE;
        }
        TlsFiles files = new TlsFiles(fields.string("trust"), fields.string("certificate"), fields.string("key"));
        fields.refuseOthers();
        if (files.equals(NONE)) {
            return NONE;
        }
        if (!encrypted) {
            parent.error("tls", "needs rediss://");
        }
        if ((files.certificate == null) != (files.key == null)) {
            parent.error("tls", "needs both certificate and key, or neither");
        }
        check(fields, "trust", files.trust);
        check(fields, "certificate", files.certificate);
        check(fields, "key", files.key);
        return files;
    }

    private static void check(JsonFields fields, String name, @Nullable String file) {
        if (file != null && !Files.isReadable(Path.of(file))) {
            fields.error(name, "must be a file that can be read");
        }
    }

    /** Settings of sockets that use them. */
    NetClientOptions sockets() {
        NetClientOptions sockets = new NetClientOptions();
        if (trust != null) {
            sockets.setTrustOptions(new PemTrustOptions().addCertPath(trust));
        }
        if (certificate != null && key != null) {
            sockets.setKeyCertOptions(
                    new PemKeyCertOptions().addCertPath(certificate).addKeyPath(key));
        }
        return sockets;
    }
}

package io.authsessions;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@DisplayName("The code")
@Execution(ExecutionMode.CONCURRENT)
class ArchitectureTest {
    private static final String OURS = "io.authsessions..";
    /**
     * An OpenAPI router takes only handlers of that type, and a handler sets the user only through that one. Why a
     * request could not be read Vert.x tells in Netty's words alone ({@code HttpServerRequest.decoderResult()}).
     */
    private static final Set<String> NO_OTHER_WAY = Set.of(
            // Public API tells neither which event loop a caller is on, nor gives a timer that outlives a verticle.
            "io.vertx.core.internal.VertxInternal",
            "io.vertx.core.internal.ContextInternal",
            "io.vertx.core.internal.ContextBuilder",
            "io.vertx.core.internal.CloseFuture",
            "io.netty.channel.EventLoop",
            "io.netty.channel.EventLoopGroup",
            // Nor which keys a command has, by which a Cluster is told apart.
            "io.vertx.redis.client.impl.RequestImpl",
            "io.vertx.ext.web.handler.impl.AuthenticationHandlerInternal",
            "io.vertx.ext.web.impl.UserContextInternal",
            "io.netty.handler.codec.DecoderResult",
            "io.netty.handler.codec.http.TooLongHttpHeaderException",
            "io.netty.handler.codec.http.TooLongHttpLineException");

    private static final JavaClasses MAIN =
            new ClassFileImporter().withImportOption(ArchitectureTest::isMain).importPackages("io.authsessions");

    private static boolean isMain(Location location) {
        return location.contains("/classes/") && !location.contains("/test-classes/");
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(MAIN);
    }

    private static DescribedPredicate<JavaClass> oursExcept(String... packages) {
        return resideInAnyPackage(OURS).and(DescribedPredicate.not(resideInAnyPackage(packages)));
    }

    /** What a package may use of ours: itself and these. */
    private static void arrow(String from, String... to) {
        String[] allowed = Stream.concat(Stream.of(from), Stream.of(to)).toArray(String[]::new);
        check(noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat(oursExcept(allowed))
                .as(from + " depends on nothing of ours but " + List.of(to)));
    }

    @Test
    @DisplayName("is all seen by these rules")
    void sees() {
        assertThat(MAIN.contain("io.authsessions.AuthSessions")).isTrue();
        assertThat(MAIN.contain("io.authsessions.model.AuthSession")).isTrue();
        assertThat(MAIN.contain(ArchitectureTest.class.getName())).isFalse();
    }

    @Test
    @DisplayName("has arrows from package to package in one direction only")
    void arrows() {
        arrow("io.authsessions.model");
        arrow("io.authsessions.store", "io.authsessions.model");
        arrow("io.authsessions.store.local", "io.authsessions.store", "io.authsessions.model");
        arrow("io.authsessions.store.redis", "io.authsessions.store", "io.authsessions.model");
        arrow("io.authsessions.service", "io.authsessions.store", "io.authsessions.model");
        arrow("io.authsessions.web", "io.authsessions.service", "io.authsessions.model");
        arrow(
                "io.authsessions",
                "io.authsessions.model",
                "io.authsessions.store",
                "io.authsessions.store.local",
                "io.authsessions.store.redis",
                "io.authsessions.service");
    }

    @Test
    @DisplayName("of the web knows the service by its interfaces and its failures only")
    void webKnowsTheInterface() {
        Set<String> known = Set.of(
                "io.authsessions.service.AuthSessionService",
                "io.authsessions.service.TokenResolver",
                "io.authsessions.service.Failures");
        check(noClasses()
                .that()
                .resideInAPackage("io.authsessions.web..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.authsessions.service..")
                        .and(DescribedPredicate.describe("not an interface", c -> !known.contains(c.getName())))));
    }

    @Test
    @DisplayName("of the server is used by nobody")
    void nobodyUsesTheServer() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("io.authsessions.server..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.authsessions.server.."));
    }

    @Test
    @DisplayName("has no cycle of packages")
    void noCycles() {
        slices().matching("io.authsessions.(**)").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    @DisplayName("uses the Redis client in the Redis store alone, and vertx-web in web and server alone")
    void driversStayAtTheEdge() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("io.authsessions.store.redis..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.vertx.redis.."));
        check(noClasses()
                .that()
                .resideOutsideOfPackages("io.authsessions.web..", "io.authsessions.server..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.vertx.ext.web.."));
    }

    @Test
    @DisplayName("uses no internals of Vert.x, Netty or the JDK, no logging library and no annotations of tests")
    void noIllegalImports() {
        check(noClasses()
                .that(DescribedPredicate.describe("people wrote", ArchitectureTest::isWritten))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "io.vertx..impl..",
                                "io.vertx.core.internal..",
                                "io.netty..",
                                "sun..",
                                "com.sun..",
                                "jdk.internal..",
                                "org.slf4j..",
                                "org.apache.log4j..",
                                "java.util.logging..",
                                "org.junit..",
                                "java.rmi..",
                                "javax.management..")
                        .and(DescribedPredicate.describe(
                                "are not the only way", type -> !NO_OTHER_WAY.contains(type.getName())))));
    }

    private static boolean isWritten(JavaClass type) {
        return !type.getSimpleName().endsWith("VertxEBProxy")
                && !type.getSimpleName().endsWith("VertxProxyHandler");
    }

    @Test
    @Tag("ASVS-11.5.1")
    @DisplayName("has the time from outside, waits for nothing, and takes no UUID for a secret")
    void timeIsInjected() {
        check(noClasses().should().callMethod(Thread.class, "sleep", long.class));
        check(noClasses().should().callMethod(System.class, "currentTimeMillis"));
        check(noClasses().should().callMethod(Instant.class, "now"));
        check(noClasses().should().dependOnClassesThat().areAssignableTo(Clock.class));
        check(noClasses().should().dependOnClassesThat().areAssignableTo(UUID.class));
        // The system's clock comes in where things are put together: by deploying, by main, or by making the handler.
        check(noClasses()
                .that()
                .resideOutsideOfPackages("io.authsessions", "io.authsessions.server..")
                .and()
                .doNotHaveFullyQualifiedName("io.authsessions.web.AuthSessionHandler")
                .and()
                .doNotHaveFullyQualifiedName("io.authsessions.web.SessionConnections")
                .and()
                // It must know the system's clock from a test's, to put that of Redis in its place.
                .doNotHaveFullyQualifiedName("io.authsessions.store.redis.StoreTime")
                .should()
                .callMethod(InstantSource.class, "system"));
    }

    @Test
    @Tag("ASVS-11.2.4")
    @DisplayName("compares no secret as text or with Arrays.equals, except nonces, which are worthless alone")
    void secretsAreComparedInConstantTime() {
        check(noClasses()
                .that()
                .haveSimpleName("SessionToken")
                .or()
                .haveSimpleName("SecretHash")
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "that stops at the first difference", ArchitectureTest::stopsAtTheFirstDifference)));
        assertThat(calls("reveal", ArchitectureTest::stopsAtTheFirstDifference)).isEmpty();
    }

    private static boolean stopsAtTheFirstDifference(JavaMethodCall call) {
        String owner = call.getTargetOwner().getName();
        String name = call.getName();
        return (owner.equals("java.lang.String")
                        && Set.of("equals", "equalsIgnoreCase", "compareTo").contains(name))
                || (owner.equals("java.util.Arrays") && name.equals("equals"))
                || (owner.equals("java.util.Objects") && name.equals("equals"));
    }

    /** The methods that call that one and also make such a call. */
    private static List<String> calls(String method, Predicate<JavaMethodCall> such) {
        return MAIN.stream()
                .flatMap(type -> type.getMethods().stream())
                .filter(m -> m.getMethodCallsFromSelf().stream()
                        .anyMatch(call -> call.getName().equals(method)
                                && call.getTargetOwner().getSimpleName().equals("SessionToken")))
                .filter(m -> m.getMethodCallsFromSelf().stream().anyMatch(such))
                .map(m -> m.getFullName())
                .toList();
    }

    @Test
    @Tag("ASVS-1.5.2")
    @DisplayName("serializes nothing the Java way")
    void noJavaSerialization() {
        check(noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectInputStream")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectOutputStream"));
    }

    @Test
    @DisplayName("has no class named impl, util, common, helper or manager")
    void names() {
        check(classes()
                .that(DescribedPredicate.describe("people wrote", ArchitectureTest::isWritten))
                .and(DescribedPredicate.describe(
                        // The name of the library that this grew from.
                        "are not SessionUtils", type -> !type.getSimpleName().equals("SessionUtils")))
                .should()
                .haveNameNotMatching("(?i).*(impl|utils?|common|helper|manager)"));
    }
}

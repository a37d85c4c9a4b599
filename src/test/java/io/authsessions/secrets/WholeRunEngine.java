package io.authsessions.secrets;

import java.util.Set;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.EngineDiscoveryRequest;
import org.junit.platform.engine.EngineExecutionListener;
import org.junit.platform.engine.ExecutionRequest;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestEngine;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.engine.discovery.ClasspathRootSelector;
import org.junit.platform.engine.discovery.PackageSelector;
import org.junit.platform.engine.support.descriptor.AbstractTestDescriptor;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.EngineDescriptor;
import org.junit.platform.engine.support.descriptor.MethodSource;

/**
 * Runs {@link WholeRunTest} when all other engines have run: an engine of its own, since each of them only knows the last
 * of its own tests. {@code META-INF/services} names it after them.
 */
public final class WholeRunEngine implements TestEngine {
    /** For {@link java.util.ServiceLoader}. */
    public WholeRunEngine() {}

    @Override
    public String getId() {
        return "whole-run";
    }

    @Override
    public TestDescriptor discover(EngineDiscoveryRequest request, UniqueId id) {
        EngineDescriptor root = new EngineDescriptor(id, "The whole test run");
        if (request.getSelectorsByType(DiscoverySelector.class).stream().anyMatch(WholeRunEngine::isSelected)) {
            Node all = new Node(id.append("class", "all"), WholeRunTest.class, null, Set.of());
            root.addChild(all);
            all.addChild(new Node(id.append("test", "fast"), WholeRunTest.class, "letsOutNoSecret", Set.of()));
            // Where only tests with this tag run, this one has to have it.
            all.addChild(new Node(
                    id.append("test", "slow"),
                    WholeRunTest.class,
                    "letsOutNoSecretInSlowTests",
                    Set.of(TestTag.create("slow"))));
        }
        return root;
    }

    private static boolean isSelected(DiscoverySelector selector) {
        return selector instanceof PackageSelector
                || selector instanceof ClasspathRootSelector
                || (selector instanceof ClassSelector one && one.getClassName().equals(WholeRunTest.class.getName()));
    }

    @Override
    public void execute(ExecutionRequest request) {
        execute(request.getRootTestDescriptor(), request.getEngineExecutionListener());
    }

    private static void execute(TestDescriptor node, EngineExecutionListener listener) {
        listener.executionStarted(node);
        node.getChildren().forEach(child -> execute(child, listener));
        TestExecutionResult result = TestExecutionResult.successful();
        if (node.isTest()) {
            try {
                WholeRunTest.letsOutNoSecret();
            } catch (AssertionError e) {
                result = TestExecutionResult.failed(e);
            }
        }
        listener.executionFinished(node, result);
    }

    /** A class, or a test of it. */
    private static final class Node extends AbstractTestDescriptor {
        private final Set<TestTag> tags;

        Node(UniqueId id, Class<?> type, String method, Set<TestTag> tags) {
            super(id, method == null ? type.getSimpleName() : method, source(type, method));
            this.tags = tags;
        }

        private static TestSource source(Class<?> type, String method) {
            return method == null ? ClassSource.from(type) : MethodSource.from(type.getName(), method);
        }

        @Override
        public Type getType() {
            return getSource().filter(ClassSource.class::isInstance).isPresent() ? Type.CONTAINER : Type.TEST;
        }

        @Override
        public Set<TestTag> getTags() {
            return tags;
        }
    }
}

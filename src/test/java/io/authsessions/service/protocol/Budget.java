package io.authsessions.service.protocol;

/** How many times each may happen, so that there is an end to the states. */
record Budget(int changes, int messageLosses, int markLosses, int failovers, int loads, int reads, int resolves) {
    Budget withFailovers(int value) {
        return new Budget(changes, messageLosses, markLosses, value, loads, reads, resolves);
    }

    Budget withMessageLosses(int value) {
        return new Budget(changes, value, markLosses, failovers, loads, reads, resolves);
    }

    Budget withLoads(int value) {
        return new Budget(changes, messageLosses, markLosses, failovers, value, reads, resolves);
    }

    Budget withReads(int value) {
        return new Budget(changes, messageLosses, markLosses, failovers, loads, value, resolves);
    }
}

package io.authsessions.web;

/** The form of bearer tokens: letters, digits and {@code -._~+/}, then any number of {@code =} (RFC 9110, 11.2). */
final class Token68 {
    private static final String SIGNS = "-._~+/";
    /** By character; of random letters and digits no processor guesses the ranges. */
    private static final boolean[] ALLOWED = allowed();

    private Token68() {}

    /** Whether what stands from there to the end is one. */
    static boolean is(String value, int start) {
        int end = value.length();
        while (end > start && value.charAt(end - 1) == '=') {
            end--;
        }
        for (int i = start; i < end; i++) {
            char c = value.charAt(i);
            if (c >= ALLOWED.length || !ALLOWED[c]) {
                return false;
            }
        }
        return end > start;
    }

    private static boolean[] allowed() {
        boolean[] allowed = new boolean[128];
        for (char c = 0; c < allowed.length; c++) {
            boolean isAlphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            allowed[c] = isAlphanumeric || SIGNS.indexOf(c) >= 0;
        }
        return allowed;
    }
}

package io.authsessions.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Digits of base62")
class Base62Test {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    @Test
    @DisplayName("are told from every other character at every place, however long the text is")
    void everyCharacterEverywhere() {
        for (int length = Long.BYTES; length <= DIGITS.length(); length++) {
            byte[] text = ("-" + DIGITS.substring(0, length) + "-").getBytes(StandardCharsets.ISO_8859_1);
            assertThat(Base62.isBase62(text, 1, length + 1)).isTrue();
            for (int place = 1; place <= length; place++) {
                byte before = text[place];
                for (int c = 0; c < 256; c++) {
                    text[place] = (byte) c;
                    assertThat(Base62.isBase62(text, 1, length + 1))
                            .as("character %d at %d of %d", c, place, length)
                            .isEqualTo(DIGITS.indexOf(c) >= 0);
                }
                text[place] = before;
            }
        }
    }

    @Test
    @DisplayName("do not make good what stands beside them: eight wrong ones are as bad as one")
    void manyWrong() {
        for (int c = 0; c < 256; c++) {
            byte[] text = new byte[20];
            Arrays.fill(text, (byte) c);
            assertThat(Base62.isBase62(text, 0, text.length)).isEqualTo(DIGITS.indexOf(c) >= 0);
        }
    }
}

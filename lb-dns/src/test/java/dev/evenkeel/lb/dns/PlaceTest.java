package dev.evenkeel.lb.dns;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;
import org.xbill.DNS.ResolverConfig;

class PlaceTest {
    private static Name name(String text) {
        return Name.fromConstantString(text);
    }

    @Test
    void the_system_says_what_nobody_else_has_said() {
        Where.Place place = Where.SYSTEM.now(ofSeconds(1)); // Nothing is sent before something is asked.
        assertThat(place.suffixes()).isEqualTo(new ResolverConfig().searchPath());
        assertThat(place.dots()).isEqualTo(new ResolverConfig().ndots());
    }

    @Test
    void a_name_with_fewer_dots_than_the_system_wants_is_searched_for_first() {
        Where.Place place = new Where.Place(new Zone(), List.of(name("one.example."), name("two.example")), 2);
        assertThat(place.candidates(name("a.b")))
                .containsExactly(name("a.b.one.example."), name("a.b.two.example."), name("a.b."));
        assertThat(place.candidates(name("a.b.c"))).startsWith(name("a.b.c.")).hasSize(3);
        assertThat(place.candidates(name("a."))).containsExactly(name("a."));
    }
}

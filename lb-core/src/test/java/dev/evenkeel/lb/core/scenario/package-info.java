/** What a balancer does when something goes wrong, told in virtual time on the real classes: what docs/scenarios.md shows. */
@NullMarked
package dev.evenkeel.lb.core.scenario;

import org.jspecify.annotations.NullMarked;

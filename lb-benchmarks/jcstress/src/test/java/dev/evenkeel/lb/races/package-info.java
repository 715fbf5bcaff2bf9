@NullMarked
package dev.evenkeel.lb.races;

import org.jspecify.annotations.NullMarked;

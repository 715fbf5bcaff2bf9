@NullMarked
package dev.evenkeel.lb.benchmarks;

import org.jspecify.annotations.NullMarked;

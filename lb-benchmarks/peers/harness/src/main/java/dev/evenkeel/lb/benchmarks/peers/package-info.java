/** Other balancers beside ours: what each is, how it is timed and how it is raced. */
@NullMarked
package dev.evenkeel.lb.benchmarks.peers;

import org.jspecify.annotations.NullMarked;

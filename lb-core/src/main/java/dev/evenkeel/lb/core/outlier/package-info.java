/** What may be told to outlier detection: who counts as an outlier, and for how long it is ejected. Values only. */
@NullMarked
package dev.evenkeel.lb.core.outlier;

import org.jspecify.annotations.NullMarked;

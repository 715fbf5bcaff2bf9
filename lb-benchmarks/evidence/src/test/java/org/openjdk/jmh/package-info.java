/** A stand-in for JMH, by the same name and arguments. */
@NullMarked
package org.openjdk.jmh;

import org.jspecify.annotations.NullMarked;

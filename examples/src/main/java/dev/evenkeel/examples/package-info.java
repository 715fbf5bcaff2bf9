/** The command line: a demo, a test backend, a standalone proxy and the quickstart. */
@NullMarked
package dev.evenkeel.examples;

import org.jspecify.annotations.NullMarked;

/**
 * A reverse proxy on Jetty's core handlers that forwards through an OkHttpClient. Start at {@link
 * dev.evenkeel.examples.proxy.ReverseProxy}.
 */
@NullMarked
package dev.evenkeel.examples.proxy;

import org.jspecify.annotations.NullMarked;

/**
 * Balancing for OkHttp: {@link dev.evenkeel.lb.okhttp.Evenkeel} wraps the client one already has, {@link
 * dev.evenkeel.lb.okhttp.LoadBalancingInterceptor} is what it installs, {@link
 * dev.evenkeel.lb.okhttp.AttemptSource} tells a policy the key of a call, {@link
 * dev.evenkeel.lb.okhttp.RetryPolicy} what is tried elsewhere, {@link dev.evenkeel.lb.okhttp.OutcomeClassifier} how
 * attempts are judged, and {@link dev.evenkeel.lb.okhttp.HttpHealthCheck} probes backends over HTTP.
 */
@NullMarked
package dev.evenkeel.lb.okhttp;

import org.jspecify.annotations.NullMarked;

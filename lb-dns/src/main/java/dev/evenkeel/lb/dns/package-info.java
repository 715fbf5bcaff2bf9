/**
 * Endpoints from DNS records, asked for anew when their time to live is over: {@link dev.evenkeel.lb.dns.DnsRecordsSource}.
 *
 * <p>One question at a time is under way for each balancer, as a {@code Resolution} made of {@code Question} and {@code Answer}.
 * What it found out becomes endpoints in a {@code Finder}, and {@code RecordsWatch} tells them and decides when to ask again.
 */
@NullMarked
package dev.evenkeel.lb.dns;

import org.jspecify.annotations.NullMarked;

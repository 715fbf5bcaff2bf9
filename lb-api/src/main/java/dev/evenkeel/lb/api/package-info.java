/**
 * The contracts that the core implements and the adapters speak.
 *
 * <p>Three ideas are kept apart. {@link dev.evenkeel.lb.api.Endpoint} is identity, a value. {@link
 * dev.evenkeel.lb.api.Backend} is state, a live view of one endpoint. {@link dev.evenkeel.lb.api.Selector} is algorithm,
 * made for one set of backends and never changed.
 */
@NullMarked
package dev.evenkeel.lb.api;

import org.jspecify.annotations.NullMarked;

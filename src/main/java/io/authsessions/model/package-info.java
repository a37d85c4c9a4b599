/**
 * Values and rules of sessions: no I/O, no clock, no driver. Everything here is immutable and may be shared between
 * threads. Any other package may depend on this one; this one depends on none of them.
 */
@NullMarked
package io.authsessions.model;

import org.jspecify.annotations.NullMarked;

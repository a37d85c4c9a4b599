/**
 * The session service: {@link io.authsessions.service.AuthSessionService}, its implementation over a store, and the
 * guard, proxy and sweeper around it. Depends on store and model. The web depends on the interface only.
 */
@NullMarked
@ModuleGen(name = "authsessions", groupPackage = "io.authsessions.service")
package io.authsessions.service;

import io.vertx.codegen.annotations.ModuleGen;
import org.jspecify.annotations.NullMarked;

/**
 * Where settings come from: reference.conf, files and what they include, and the command line, read
 * and merged as HOCON.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.config.hocon;

import org.jspecify.annotations.NullMarked;

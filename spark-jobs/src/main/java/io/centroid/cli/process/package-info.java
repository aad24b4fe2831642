/**
 * The process of a command: its version of Java, user, settings of the machine, standard output and
 * signals.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.cli.process;

import org.jspecify.annotations.NullMarked;

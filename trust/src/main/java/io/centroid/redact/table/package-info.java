/**
 * Redaction of tables by column, and the check of k-anonymity and l-diversity.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.redact.table;

import org.jspecify.annotations.NullMarked;

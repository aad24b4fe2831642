/**
 * Secrets and identities: references to secrets, detection of secret settings, redaction of output,
 * and the Kerberos login. Depends only on the root package.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.security;

import org.jspecify.annotations.NullMarked;

/**
 * Secrets and identities: references to secrets, detection of secret settings, redaction of output,
 * and the Kerberos login. Depends only on the root package.
 */
@NullMarked
package io.centroid.security;

import org.jspecify.annotations.NullMarked;

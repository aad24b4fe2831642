/**
 * Secrets and identities: references to secrets, what tells that a setting holds one, what they
 * look like in output, and the Kerberos login. Knows no package but the root.
 */
@NullMarked
package io.centroid.security;

import org.jspecify.annotations.NullMarked;

/**
 * Encryption and signatures of stored models: a fresh data key per checkpoint, wrapped by a key of
 * the user, streaming authenticated encryption of the files by Tink, and Ed25519 signatures.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.encryption;

import org.jspecify.annotations.NullMarked;

/**
 * Reads and writes zip files of DL4J's ModelSerializer, without Java deserialization.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.dl4j.zip;

import org.jspecify.annotations.NullMarked;

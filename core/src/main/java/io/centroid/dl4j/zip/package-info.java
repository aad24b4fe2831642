/**
 * Networks as DL4J's ModelSerializer zips them, an untrusted format: read here byte by byte,
 * without DL4J, and without deserializing an object.
 */
@NullMarked
package io.centroid.dl4j.zip;

import org.jspecify.annotations.NullMarked;

/** Reads and writes zip files of DL4J's ModelSerializer, without Java deserialization. */
@NullMarked
package io.centroid.dl4j.zip;

import org.jspecify.annotations.NullMarked;

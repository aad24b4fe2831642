/** Networks that DL4J zipped, read without Java deserialization. */
@NullMarked
package io.centroid.dl4j.zip;

import org.jspecify.annotations.NullMarked;

/**
 * Text made into token ids on disk, and read from there for training: documents, parts and their
 * manifest.
 */
@NullMarked
package io.centroid.corpus;

import org.jspecify.annotations.NullMarked;

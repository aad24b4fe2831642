/** What lies in {@code deploy/}, checked as far as this machine allows. */
@NullMarked
package io.centroid.deploy;

import org.jspecify.annotations.NullMarked;

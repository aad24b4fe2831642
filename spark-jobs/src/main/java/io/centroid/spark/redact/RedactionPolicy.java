package io.centroid.spark.redact;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Sha256;
import io.centroid.redact.Policy;
import io.centroid.redact.table.TablePolicy;
import io.centroid.security.SecretReference;
import io.centroid.security.SecretResolver;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;

/**
 * A policy of redaction with its key, for a job.
 *
 * @param edits edits of documents
 * @param tables rules of tables
 * @param key key of hashed columns and pseudonyms; of length 0 if there are none
 * @param sha256 SHA-256 of the policy, for manifests
 */
public record RedactionPolicy(PolicyEdits edits, TablePolicy tables, byte[] key, String sha256)
    implements Serializable {
  /**
   * Reads a policy and the key that it refers to.
   *
   * @param location local path or Hadoop URI of a HOCON file
   * @throws InputException if the policy is not valid, or the key cannot be read
   */
  public static RedactionPolicy read(String location, Configuration hadoop) {
    HadoopFiles files = new HadoopFiles(hadoop);
    String text = Policy.text(files, location); // Once: it may be a pipe.
    Policy policy = Policy.parse(files, location, text);
    TablePolicy tables = TablePolicy.parse(location, text);
    if (tables.hashes() && policy.pseudonymKey().isEmpty()) {
      throw new InputException(
          location
              + ": pseudonym-key is missing; columns with hash need one: "
              + SecretReference.WAYS);
    }
    byte[] key =
        policy.needsKey() || tables.hashes()
            ? policy.resolveKey(new SecretResolver(hadoop))
            : new byte[0];
    String sha256 = tables.isEmpty() ? policy.sha256() : Sha256.of(policy.sha256() + "\n" + tables);
    return new RedactionPolicy(new PolicyEdits(policy, key), tables, key, sha256);
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "RedactionPolicy[" + sha256 + "]";
  }
}

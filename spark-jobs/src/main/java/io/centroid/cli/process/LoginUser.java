package io.centroid.cli.process;

import com.sun.security.auth.module.UnixSystem;
import java.util.Map;
import org.apache.hadoop.security.UserGroupInformation;

/**
 * The user as whom Hadoop acts if the operating system has no entry for the process's user, as in a
 * container with an arbitrary uid. Hadoop's own login fails then, even for local files, and Java
 * has no home folder.
 */
final class LoginUser {
  private static final String VARIABLE = "HADOOP_USER_NAME";

  private LoginUser() {}

  /** Logs in a user without a name; does nothing for others, or if Hadoop requires Kerberos. */
  static void ensure() {
    UnixSystem system = new UnixSystem();
    if (system.getUsername() != null) {
      return;
    }
    if ("?".equals(System.getProperty("user.home"))) {
      // Otherwise caches would be below a folder of this name in the working directory.
      System.setProperty("user.home", System.getenv().getOrDefault("HOME", "/"));
    }
    if (!UserGroupInformation.isSecurityEnabled()) {
      UserGroupInformation.setLoginUser(
          UserGroupInformation.createRemoteUser(name(System.getenv(), system.getUid())));
    }
  }

  /** The name in HADOOP_USER_NAME, else the uid. */
  static String name(Map<String, String> environment, long uid) {
    String given = environment.getOrDefault(VARIABLE, "").strip();
    return given.isEmpty() ? Long.toString(uid) : given;
  }
}

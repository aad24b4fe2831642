package io.centroid.config;

import io.centroid.config.RunConfig.Mlflow;
import io.centroid.security.SecretReference;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses and checks the configuration group {@code report.mlflow}. */
final class MlflowConfig {
  private static final String URI_KEY = "report.mlflow.uri";
  private static final String TOKEN_KEY = "report.mlflow.token";
  private static final String EXPERIMENT_KEY = "report.mlflow.experiment";

  /** MLflow's limit. */
  private static final int MOST_EXPERIMENT_CHARS = 500;

  private static final Pattern LOOPBACK =
      Pattern.compile("(?i)localhost|127(\\.\\d{1,3}){3}|\\[::1]|\\[0:0:0:0:0:0:0:1]");

  private MlflowConfig() {}

  static Mlflow read(Settings settings) {
    String uri = settings.text(URI_KEY);
    String experiment = settings.text(EXPERIMENT_KEY);
    String token = settings.text(TOKEN_KEY);
    if (experiment.isEmpty() || experiment.length() > MOST_EXPERIMENT_CHARS) {
      throw settings.invalid(
          EXPERIMENT_KEY, "must have 1 to " + MOST_EXPERIMENT_CHARS + " characters", experiment);
    }
    if (!token.isEmpty() && SecretReference.parse(token).isEmpty()) {
      throw settings.invalid(
          TOKEN_KEY,
          "must be a reference to the token, " + SecretReference.WAYS,
          "(not shown, it may be the token)");
    }
    if (!uri.isEmpty()) {
      URI server = parsed(uri);
      if (server == null) {
        throw settings.invalid(
            URI_KEY,
            "must be an http or https URL of a host, without user, query and fragment",
            uri);
      }
      if (!token.isEmpty() && isHttp(server) && !LOOPBACK.matcher(server.getHost()).matches()) {
        throw settings.invalid(
            URI_KEY,
            "must be https, since " + TOKEN_KEY + " is not sent to another machine in clear text",
            uri);
      }
    }
    return new Mlflow(uri.replaceFirst("/+$", ""), experiment, token);
  }

  private static @Nullable URI parsed(String uri) {
    try {
      URI server = new URI(uri);
      boolean valid =
          String.valueOf(server.getScheme()).matches("(?i)https?")
              && server.getHost() != null
              && server.getUserInfo() == null
              && server.getQuery() == null
              && server.getFragment() == null;
      return valid ? server : null;
    } catch (URISyntaxException e) {
      return null;
    }
  }

  private static boolean isHttp(URI server) {
    return "http".equalsIgnoreCase(server.getScheme());
  }
}

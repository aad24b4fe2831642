package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.properties.PropertiesConfigurationFactory;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;

/** The shipped configuration of the logs. */
class LogConfigurationTest {
  private static final Path FILE =
      Path.of(System.getProperty("centroid.home", ".."), "conf", "log4j2.properties");

  @Test
  void anExceptionThatCentroidLogsHasItsTraceOnce() {
    assertThat(logged("io.centroid.serve.http.Exchange"))
        .contains(
            "ERROR Exchange: infer /v2", "IllegalStateException: odd", "\tat io.centroid.cli.")
        .containsOnlyOnce("IllegalStateException");
  }

  @Test
  void thoseOfLibrariesAreOneLine() {
    assertThat(logged("org.apache.spark.executor.Executor").lines()).hasSize(1);
  }

  /** Spark logs the end of each of them, so one or more lines for each round. */
  @Test
  void subclassesOfSparksClassesLogNoInformation() {
    try (LoggerContext context = new LoggerContext("test")) {
      Configuration configuration = configuration(context);
      for (String name :
          List.of("RoundRdd", "SliceRdd", "RestoredStateRdd", "RoundStart", "placement.HomeRdd")) {
        assertThat(configuration.getLoggerConfig("io.centroid.spark." + name).getLevel())
            .as(name)
            .isEqualTo(Level.WARN);
      }
    }
  }

  private static Configuration configuration(LoggerContext context) {
    Configuration configuration =
        new PropertiesConfigurationFactory()
            .getConfiguration(context, ConfigurationSource.fromUri(FILE.toUri()));
    configuration.initialize();
    return configuration;
  }

  /** What all appenders of a logger write for an exception. */
  private static String logged(String logger) {
    try (LoggerContext context = new LoggerContext("test")) {
      Configuration configuration = configuration(context);
      StringBuilder text = new StringBuilder();
      var found = configuration.getLoggerConfig(logger);
      while (found != null) {
        for (Appender appender : found.getAppenders().values()) {
          text.append(
              appender
                  .getLayout()
                  .toSerializable(
                      Log4jLogEvent.newBuilder()
                          .setLoggerName(logger)
                          .setLevel(Level.ERROR)
                          .setMessage(new SimpleMessage("infer /v2"))
                          .setThrown(new IllegalStateException("odd"))
                          .build()));
        }
        found = found.isAdditive() ? found.getParent() : null;
      }
      return text.toString();
    }
  }
}

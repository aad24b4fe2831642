package io.centroid.config.hocon;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigSyntax;
import io.centroid.error.InputException;
import java.io.File;
import java.net.URL;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Includes files by {@code include "NAME"}: relative to the including file, or a Hadoop URI. All
 * other kinds of includes are refused, so that a configuration opens no URL and no resource.
 *
 * @param file the including file
 * @param text its text
 * @param depth number of files that include it, one by the other
 * @param included number of files that were included, by all files together
 * @param strict whether a file that does not exist is an error also without {@code required(...)}
 */
record FileIncluder(ConfigFile file, String text, int depth, AtomicInteger included, boolean strict)
    implements ConfigIncluder, ConfigIncluderURL, ConfigIncluderClasspath, ConfigIncluderFile {
  static final int MAX_DEPTH = 32;
  private static final int MAX_FILES = 256;
  private static final List<String> ENDINGS = List.of("", ".conf", ".json", ".properties");

  /** The library's own includer, which opens URLs and resources, is never asked. */
  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return this;
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL url) {
    throw refused("url");
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String name) {
    throw refused("classpath");
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File name) {
    throw refused("file");
  }

  private InputException refused(String kind) {
    Pattern statement = Pattern.compile("include\\s*(required\\s*\\(\\s*)?" + kind + "\\s*\\(");
    return refused(line -> statement.matcher(line).find(), "include " + kind + "(...)");
  }

  private InputException refused(Predicate<String> statement, String found) {
    List<String> lines = text.lines().toList();
    String line =
        IntStream.range(0, lines.size())
            .filter(i -> statement.test(lines.get(i)))
            .mapToObj(i -> ": line " + (i + 1))
            .findFirst()
            .orElse("");
    return new InputException(
        file.location()
            + line
            + ": expected include \"FILE\" with a path from this file's folder or a Hadoop URI,"
            + " found "
            + found);
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String name) {
    Predicate<String> statement = line -> line.contains("include") && line.contains(name);
    if (ConfigFile.isUrl(name)) {
      throw refused(statement, "a URL");
    }
    List<ConfigFile> found =
        ENDINGS.stream()
            .map(ending -> file.sibling(name + ending))
            .filter(ConfigFile::exists)
            .toList();
    if (found.isEmpty() && (strict || !context.parseOptions().getAllowMissing())) {
      throw refused(statement, name + ", which does not exist");
    }
    if (!found.isEmpty() && depth >= MAX_DEPTH) {
      throw refused(statement, "more than " + MAX_DEPTH + " files that include each other");
    }
    Config all = ConfigFactory.empty();
    for (ConfigFile one : found) {
      if (included.incrementAndGet() > MAX_FILES) {
        throw refused(statement, "more than " + MAX_FILES + " includes");
      }
      ConfigSyntax syntax =
          one.name().endsWith(".properties") ? ConfigSyntax.PROPERTIES : ConfigSyntax.CONF;
      all = all.withFallback(ConfigSources.parse(one, syntax, depth + 1, included, strict));
    }
    return all.root();
  }
}

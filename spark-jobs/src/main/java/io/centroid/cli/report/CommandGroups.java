package io.centroid.cli.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;

/** The list of commands in the help, in groups. */
public final class CommandGroups implements IHelpSectionRenderer {
  private static final Map<String, List<String>> GROUPS = new LinkedHashMap<>();

  static {
    GROUPS.put("Train", List.of("train", "sweep", "watch", "prepare", "fetch"));
    GROUPS.put(
        "Use", List.of("evaluate", "report", "predict", "generate", "export", "serve", "package"));
    GROUPS.put("Trust", List.of("redact", "explain", "leak", "card", "key"));
    GROUPS.put("Operate", List.of("registry", "retrain", "doctor"));
    GROUPS.put("Develop", List.of("cluster", "submit", "bench", "chaos"));
  }

  @Override
  public String render(Help help) {
    Map<String, Help> rest = new LinkedHashMap<>(help.subcommands());
    StringBuilder text = new StringBuilder();
    GROUPS.forEach(
        (group, names) -> {
          Map<String, Help> members = new LinkedHashMap<>();
          for (String name : names) {
            Help command = rest.remove(name);
            if (command != null) {
              members.put(name, command);
            }
          }
          append(text, group, members, help);
        });
    append(text, "Other", rest, help);
    return text.toString();
  }

  private static void append(
      StringBuilder text, String group, Map<String, Help> commands, Help help) {
    if (!commands.isEmpty()) {
      text.append(System.lineSeparator()).append(group).append(':').append(System.lineSeparator());
      text.append(help.commandList(commands));
    }
  }
}

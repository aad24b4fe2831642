package io.centroid.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.io.Sha256;
import io.centroid.run.metrics.RunRecord;
import io.centroid.run.metrics.RunRecord.TextRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The page: one HTML document with its styles, scripts, images and data. Its content security
 * policy allows these scripts and styles by their hashes and nothing else, and no connection.
 */
final class Page {
  /** Selects the horizontal axis of the charts. */
  static final String AXES =
      """
      <p class="axes" role="group" aria-label="horizontal axis of the curves">
      <button type="button" data-axis="step" aria-pressed="true">by step</button>
      <button type="button" data-axis="examples" aria-pressed="false">by examples</button>
      <button type="button" data-axis="seconds" aria-pressed="false">by training time</button></p>
      <noscript><p class="problem">The charts need JavaScript, which this viewer has turned off. The tables do not.</p></noscript>
      """;

  private static final String UPLOT_VERSION = "1.6.30";
  private static final String UPLOT = "/META-INF/resources/webjars/uplot/" + UPLOT_VERSION + "/";

  private Page() {}

  /** The page of one run, or the comparison of several. */
  static String of(
      List<RunContent> runs,
      List<String> remarks,
      boolean firstIsBest,
      Map<String, String> statuses) {
    String title =
        runs.size() == 1 ? runs.get(0).label() : "Comparison of " + runs.size() + " runs";
    Html body = new Html().element("h1", title);
    if (!remarks.isEmpty()) {
      body.open("section");
      remarks.forEach(remark -> body.element("p", remark));
      body.close("section");
    }
    Charts charts = new Charts(runs);
    if (runs.size() == 1) {
      run(body, charts, runs.get(0));
    } else {
      problems(body, runs);
      new ComparisonSection(runs, firstIsBest, statuses).write(body, charts);
    }
    return document(title, body, charts.data());
  }

  private static void run(Html html, Charts charts, RunContent run) {
    new Headline(run).write(html);
    problems(html, List.of(run));
    int rows = run.metrics().rounds().rowsPerBucket();
    curves(
        html,
        charts.learning(),
        rows == 1
            ? ""
            : "A long run: each " + rows + " rounds are drawn as their minimum and maximum.");
    run.record().flatMap(EvaluationSection::of).ifPresent(section -> section.write(html));
    run.explanations().ifPresent(section -> section.write(html));
    texts(html, run.record().map(RunRecord::texts).orElse(List.of()));
    new ResourcesSection(run).write(html, charts);
    new ProvenanceSection(run).write(html);
  }

  /** Writes the charts with the choice of their axis; nothing without a chart. */
  static void curves(Html html, String charts, String note) {
    if (!charts.isEmpty()) {
      html.open("section").element("h2", "Curves").markup(AXES).open("div", "class", "grid");
      html.markup(charts).close("div");
      if (!note.isEmpty()) {
        html.element("p", note, "class", "quiet");
      }
      html.close("section");
    }
  }

  private static void problems(Html html, List<RunContent> runs) {
    for (RunContent run : runs) {
      for (String problem : run.problems()) {
        html.element(
            "p", "Not shown, " + run.label() + "/" + problem, "class", "problem", "role", "note");
      }
    }
  }

  private static void texts(Html html, List<TextRecord> texts) {
    if (texts.isEmpty()) {
      return;
    }
    html.open("section")
        .element("h2", "Texts")
        .element("p", "Prompt, and what the model continues.", "class", "quiet");
    for (TextRecord text : texts) {
      html.open("blockquote")
          .open("p")
          .markup("<b>")
          .text(text.prompt())
          .markup("</b>")
          .text(text.continuation())
          .close("p")
          .close("blockquote");
    }
    html.close("section");
  }

  private static String document(String title, Html body, ObjectNode data) {
    String style = resource(UPLOT + "dist/uPlot.min.css") + resource("page.css");
    String library =
        "/*\n" + resource(UPLOT + "LICENSE") + "*/\n" + resource(UPLOT + "dist/uPlot.iife.min.js");
    String script = resource("page.js");
    String policy =
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src "
            + hash(style)
            + "; script-src "
            + hash(library)
            + " "
            + hash(script);
    Html html = new Html().markup("<!doctype html>\n").open("html", "lang", "en").open("head");
    html.markup("<meta charset=\"utf-8\">\n")
        .open("meta", "http-equiv", "Content-Security-Policy", "content", policy)
        .markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .markup("<meta name=\"color-scheme\" content=\"light dark\">\n")
        .element("title", title + " – Centroid")
        .markup("<style>" + style + "</style>\n")
        .close("head")
        .open("body")
        .open("main")
        .markup(body.toString())
        .close("main");
    // In a script element only '<' could end it or start a comment; in JSON it occurs in strings.
    html.markup("<script type=\"application/json\" id=\"data\">")
        .markup(data.toString().replace("<", "\\u003c"))
        .close("script")
        .markup("<script>" + library + "</script>\n")
        .markup("<script>" + script + "</script>\n")
        .close("body")
        .close("html");
    return html.toString();
  }

  private static String hash(String content) {
    byte[] digest = Sha256.digest().digest(content.getBytes(StandardCharsets.UTF_8));
    return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.centroid.spark.redact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.data.documents.DocumentPosition;
import io.centroid.redact.Action;
import io.centroid.redact.Policy;
import io.centroid.redact.detect.Kind;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PolicyEditsTest {

  @Test
  void countsAreAddedByTheNamesOfPolicies() {
    PolicyEdits edits = new PolicyEdits(Policy.masking(), new byte[0]);
    Map<String, Long> counts = new TreeMap<>(Map.of("email", 3L));
    assertThat(edits.edit("a@example.org, b@example.org and SSN 078-05-1121", counts))
        .hasValue("[EMAIL], [EMAIL] and SSN [US-SSN]");
    assertThat(counts).isEqualTo(Map.of("email", 5L, "us-ssn", 1L));
  }

  @Test
  void theNameOfAFieldIsContextAndNoFinding() {
    PolicyEdits edits = new PolicyEdits(Policy.masking(), new byte[0]);
    Map<String, Long> counts = new TreeMap<>();
    assertThat(edits.edit("born", "1980-05-23", counts)).hasValue("[BIRTH-DATE]");
    assertThat(edits.edit("SSN", "457555462", counts)).hasValue("[US-SSN]");
    assertThat(edits.edit("total", "457555462", counts)).hasValue("457555462");
    assertThat(edits.edit("note", "mail a@example.org", counts)).hasValue("mail [EMAIL]");
    assertThat(edits.edit("a@example.org", "7", counts)).hasValue("7");
    assertThat(counts).isEqualTo(Map.of("birth-date", 1L, "us-ssn", 1L, "email", 1L));
  }

  @Test
  void aNameThatIsPersonalDataDropsNothing() {
    Map<Kind, Action> drop = Map.of(Kind.EMAIL, Action.DROP, Kind.BIRTH_DATE, Action.DROP);
    Policy policy = new Policy(drop, "", List.of(), List.of(), "");
    PolicyEdits edits = new PolicyEdits(policy, new byte[0]);
    Map<String, Long> counts = new TreeMap<>();
    assertThat(edits.edit("a@example.org", "7", counts)).hasValue("7");
    assertThat(edits.edit("7", "a@example.org", counts)).isEmpty();
    assertThat(edits.edit("born", "1980-05-23", counts)).isEmpty();
    assertThat(counts).isEqualTo(Map.of("birth-date", 1L, "email", 1L));
  }

  @Test
  void allValuesOfASecretFieldOfAJsonObjectAreSecrets() {
    PolicyEdits edits = new PolicyEdits(Policy.masking(), new byte[0]);
    StringBuilder output = new StringBuilder();
    RedactedDocuments documents =
        new RedactedDocuments(
            "f.jsonl", "f.jsonl", true, edits, new Sampler(0), () -> false, output::append);
    documents.begin(new DocumentPosition(0, 0), true);
    documents.piece(
        "{\"password\":[\"alpha\",{\"user\":\"bob\"},\"beta\",7],\"user\":\"bob\","
            + "\"token\":{\"value\":1e5,\"set\":true},\"api_key\":12.5,\"x\":12.5}",
        0);
    documents.end(true);
    assertThat(output)
        .hasToString(
            "{\"password\":[\"[API-KEY]\",{\"user\":\"[API-KEY]\"},\"[API-KEY]\",\"[API-KEY]\"],"
                + "\"user\":\"bob\",\"token\":{\"value\":\"[API-KEY]\",\"set\":true},"
                + "\"api_key\":\"[API-KEY]\",\"x\":12.5}");
    assertThat(documents.outcome(0).counts()).isEqualTo(Map.of("api-key", 6L));
  }

  @Test
  void anUnexpectedExceptionLosesItsMessageButNotItsPlace() {
    NumberFormatException quoting = new NumberFormatException("For input string: \"Ann Smith\"");
    assertThatThrownBy(
            () ->
                PolicyEdits.withoutText(
                    () -> {
                      throw quoting;
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("redaction failed: java.lang.NumberFormatException")
        .hasNoCause()
        .satisfies(e -> assertThat(e.getStackTrace()).isEqualTo(quoting.getStackTrace()));
  }
}

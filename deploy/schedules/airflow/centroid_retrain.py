"""Retrains a model every night and promotes it if it is better.

Needs Airflow 2.9 or newer with apache-airflow-providers-apache-spark, and a Spark connection `spark_default`.
`retrain` is idempotent: a retried task resumes where the previous one stopped.
"""

import re
from datetime import timedelta

import pendulum
from airflow import DAG
from airflow.exceptions import AirflowException, AirflowFailException, AirflowSkipException
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator

CONFIGURATION = "/etc/centroid/digits.conf"
HOME = "/opt/centroid"

FAILED, BAD_INPUT, DIVERGED, NOT_PROMOTED = 1, 2, 3, 4


class RetrainOperator(SparkSubmitOperator):
    """spark-submit in client mode, whose exit code is that of `retrain`."""

    def execute(self, context):
        try:
            super().execute(context)
        except AirflowException as failure:
            found = re.search(r"Error code is: (\d+)", str(failure))
            code = int(found.group(1)) if found else FAILED
            if code == NOT_PROMOTED:
                # The champion stays: no alert.
                raise AirflowSkipException("the challenger was not promoted") from failure
            if code in (BAD_INPUT, DIVERGED):
                # A retry would fail again: no retries.
                raise AirflowFailException(str(failure)) from failure
            raise


def alert(context):
    """Called once for a task that failed finally: replace this with your own notification."""
    print("ALERT: retraining failed:", context.get("task_instance"), context.get("exception"))


with DAG(
    dag_id="centroid_retrain_digits",
    description="Retrain the digits and promote them if they are better",
    # 04:30 in the time zone of start_date, also across changes of daylight saving time.
    schedule="30 4 * * *",
    start_date=pendulum.datetime(2026, 1, 1, tz="Europe/Berlin"),
    # Missed runs are not repeated one by one: the next run finds all new data.
    catchup=False,
    # One at a time; `retrain` itself would reject the second.
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),
    default_args={
        "owner": "data-team",
        "depends_on_past": False,
        "retries": 2,
        "retry_delay": timedelta(minutes=10),
        "on_failure_callback": alert,
    },
    tags=["centroid"],
) as dag:
    RetrainOperator(
        task_id="retrain",
        conn_id="spark_default",
        application=f"{HOME}/lib/centroid.jar",
        java_class="io.centroid.cli.Centroid",
        application_args=["retrain", CONFIGURATION],
        properties_file=f"{HOME}/conf/spark-defaults.conf",
        # ONNX Runtime, which verifies the exported model.
        driver_class_path=f"{HOME}/lib/serving/*",
        env_vars={"ORT_DISABLE_TELEMETRY": "1", "OMP_NUM_THREADS": "1"},
        execution_timeout=timedelta(hours=5),
    )

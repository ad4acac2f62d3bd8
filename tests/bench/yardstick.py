"""How fast the machine is now, against the one that the peer's figures were taken on.

The cost of a plain PUT of 300 KB by boto3 is known from there. What the same costs in this run
tells by how much CPU times of this run have to be scaled before they are compared.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

import boto3

from tests.bench.cost import cpu_seconds
from tests.bench.machine import Machine

PUTS = 200
BYTES = 300_000
CLIENT_THERE_MS, STORAGE_THERE_MS = 1.8, 3.8


@dataclass(frozen=True)
class Yardstick:
    """CPU milliseconds of one PUT."""

    client: float
    storage: float

    @property
    def slower(self) -> float:
        """How many times as much CPU the same work takes here."""
        return (self.client + self.storage) / (CLIENT_THERE_MS + STORAGE_THERE_MS)


def measure(servers: Machine) -> Yardstick:
    settings = servers.settings
    client = boto3.client(
        "s3",
        endpoint_url=settings.s3_endpoint_url,
        region_name=settings.s3_region,
        aws_access_key_id=settings.s3_access_key_id,
        aws_secret_access_key=settings.s3_secret_access_key,
    )
    bodies = [secrets.token_bytes(BYTES) for _ in range(PUTS)]
    client.put_object(Bucket=settings.s3_bucket, Key="yardstick/first", Body=bodies[0])
    storage = servers.roots["object storage"]
    here, there = time.process_time(), cpu_seconds(storage)
    for number, body in enumerate(bodies):
        client.put_object(Bucket=settings.s3_bucket, Key=f"yardstick/{number}", Body=body)
    here, there = time.process_time() - here, cpu_seconds(storage) - there
    return Yardstick(here * 1000 / PUTS, there * 1000 / PUTS)

"""Uploads what a job lists with somebody else's client: `upload.py tuspy|aiotus JOB`. Test-only.

A job is JSON: {"url", "token", "chunk_bytes", "uploads": [{"file", "metadata"}]}.
"""

import asyncio
import json
import sys


def upload_with_tuspy(job):
    from tusclient.client import TusClient

    client = TusClient(job["url"], headers={"Authorization": f"Bearer {job['token']}"})
    for one in job["uploads"]:
        client.uploader(
            one["file"],
            chunk_size=job["chunk_bytes"],
            metadata=one["metadata"],
            retries=4,
            retry_delay=0,
            upload_checksum=True,
        ).upload()


async def upload_with_aiotus(job):
    import aiohttp
    import yarl
    from aiotus import core, creation

    # aiotus.upload() takes no relative Location that begins with a slash, though the protocol allows it: its two
    # halves are called by themselves.
    url = yarl.URL(job["url"])
    headers = {"Authorization": f"Bearer {job['token']}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for one in job["uploads"]:
            metadata = {key: value.encode() for key, value in one["metadata"].items()}
            with open(one["file"], "rb") as file:
                location = url.join(await creation.create(session, url, file, metadata))
                for attempts_left in reversed(range(4)):
                    try:
                        await core.upload_buffer(session, location, file, chunksize=job["chunk_bytes"])
                        break
                    except aiohttp.ClientError:
                        if not attempts_left:
                            raise


with open(sys.argv[2], encoding="utf-8") as text:
    JOB = json.load(text)
if sys.argv[1] == "tuspy":
    upload_with_tuspy(JOB)
else:
    asyncio.run(upload_with_aiotus(JOB))

"""The resources of the API, one file each: `hatchet.runs`, `hatchet.event`, …"""

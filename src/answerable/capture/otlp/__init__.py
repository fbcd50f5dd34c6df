"""Receives what agents' telemetry says over OTLP, and keeps who let a tool call through: nothing else of it is kept."""

"""The REST side: routes over the parts of the hub, and the forms in which it shows things."""

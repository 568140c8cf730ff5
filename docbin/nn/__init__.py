"""The learned binarizers in PyTorch: data, models, training, export. Nothing else imports this."""

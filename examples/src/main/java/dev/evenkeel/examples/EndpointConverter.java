package dev.evenkeel.examples;

import dev.evenkeel.lb.api.Endpoint;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the URL of a backend with its labels. */
final class EndpointConverter implements ITypeConverter<Endpoint> {
    @Override
    public Endpoint convert(String text) {
        try {
            return Endpoint.labelled(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
